/**
 * For perl, which every Debian has, and which alone there can change a file that it holds open instead of a name that may by then stand for another one:
 * each part of a path is opened by itself, no link followed. A file that has other names, too, somewhere, is never changed: it gets a copy of its own here,
 * provided that PHP can read it anyway.
 * Prints the first ten of what is not as wanted ("look"), and how many there are, or makes it so ("correct") and prints the first ten that could not be.
 */
export const judgeScript = String.raw`
use strict; use warnings; use Cwd (); use Fcntl qw(:DEFAULT :mode O_NOFOLLOW O_DIRECTORY O_NONBLOCK);
my ($verb, $root, $shared, $runtime) = @ARGV;
my ($count, $printed, %seen) = (0, 0);
my @within = grep { defined && length } $root, $shared, Cwd::realpath("."), -d $shared ? Cwd::realpath($shared) : ();
$/ = "\0";

sub is_below { my ($path, $folder) = @_; return $path eq $folder || index($path, "$folder/") == 0 }
sub leads_out {
  my $link = shift;
  my $target = readlink($link) // return;
  return if $target =~ m{^/} && $target !~ m{/\.\.(/|$)} && grep { is_below($target, $_) } @within;
  my $end = Cwd::realpath($link) // return;
  return if grep { is_below($end, $_) } @within;
  return $target;
}
my (%user, %group);
sub named {
  my ($uid, $gid) = $_[0] =~ /^(\d+):(\d+)$/ or return $_[0];
  return ($user{$uid} //= getpwuid($uid) // $uid) . ":" . ($group{$gid} //= getgrgid($gid) // $gid);
}
sub report { my @words = map { length ? unpack("H*", $_) : "-" } @_[1 .. $#_]; print "$_[0] @words\n" if $printed++ < 10 }
sub absolute { my $path = shift; return $root . substr($path, 1) }

# The folder that a name is in, held open, and the name below it.
my ($held, $folder) = (".");
sysopen($folder, ".", O_RDONLY | O_DIRECTORY) or die "$root: $!";
sub at { return "/proc/self/fd/" . fileno($_[0]) . "/$_[1]" }
sub enter {
  my ($wanted, $is_made) = @_;
  return if $held eq $wanted;
  sysopen(my $next, ".", O_RDONLY | O_DIRECTORY) or die "$!\n";
  for my $part (grep { length && $_ ne "." } split m{/}, $wanted) {
    my $parent = $next;
    undef $next;
    mkdir at($parent, $part), 0755 if $is_made && ! -e at($parent, $part);
    sysopen($next, at($parent, $part), O_RDONLY | O_DIRECTORY | O_NOFOLLOW) or die "$!\n";
  }
  ($held, $folder) = ($wanted, $next);
}
sub give { my ($file, $uid, $gid, $mode) = @_; chown($uid, $gid, $file) or die "$!\n"; chmod($mode, $file) or die "$!\n" }
my %ids;
sub ids {
  my ($user, $group) = split /:/, shift;
  return (scalar getpwnam($user) // die("there is no user $user\n"), scalar getgrnam($group) // die("there is no group $group\n"));
}
sub own_copy {
  my ($from, $name, $uid, $gid, $mode) = @_;
  my $copy = at($folder, ".own-copy-$$");
  sysopen(my $to, $copy, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600) or die "$!\n";
  eval {
    local $/ = \65536;
    while (my $part = <$from>) { print $to $part or die "$!\n" }
    $to->flush or die "$!\n";
    give($to, $uid, $gid, $mode);
    rename($copy, at($folder, $name)) or die "$!\n";
  };
  if ($@) { unlink $copy; die $@ }
}
sub correct {
  my ($type, $mode, $owner, $path) = @_;
  my ($parent, $name) = $path eq "." ? (".", ".") : $path =~ m{^(.*)/([^/]*)$}s;
  enter($parent, $type eq "m");
  if ($type eq "l") { return unless -l at($folder, $name); unlink at($folder, $name) or die "$!\n"; return }
  if ($type eq "x") {
    my $pid = fork // die "$!\n";
    if ($pid == 0) { chdir $folder or exit 1; exec "rm", "-rf", "--one-file-system", "--", "./$name"; exit 1 }
    waitpid $pid, 0;
    die "it could not be removed\n" if $?;
    return;
  }
  my ($uid, $gid) = @{ $ids{$owner} //= [ids($owner)] };
  mkdir at($folder, $name), 0700 if $type eq "m";
  sysopen(my $file, at($folder, $name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK) or $!{ENOENT} ? return : die "$!\n";
  my @now = stat $file;
  return unless S_ISREG($now[2]) || S_ISDIR($now[2]);
  return give($file, $uid, $gid, oct $mode) if S_ISDIR($now[2]) || $now[3] == 1;
  die "it is a hard link\n" unless $now[4] == $runtime || $now[2] & 04;
  own_copy($file, $name, $uid, $gid, oct $mode);
}

chomp(my @records = <STDIN>);
my @removed = map { (split / /, $_, 7)[6] } grep { /^x/ } @records;
for (@records) {
  my ($type, $links, $mode, $owner, $wanted, $wanted_owner, $path) = split / /, $_, 7;
  my $target = "";
  if ($type eq "l") { $target = leads_out($path) // next }
  next if $type ne "x" && grep { is_below($path, $_) } @removed;
  next if $seen{$path}++;
  $wanted = sprintf "%o", (oct($mode) & 01777) | ($type eq "d" ? 0700 : 0600) if $wanted eq "-" && $mode ne "-";
  if ($verb eq "look") {
    $count++;
    report(join(" ", $type, $links, $mode, named($owner), $wanted, $wanted_owner), absolute($path), $target);
  } elsif (!eval { correct($type, $wanted, $wanted_owner, $path); 1 }) {
    $count++;
    report("refused", absolute($path), $@ =~ s/\n\z//r);
  }
}
print "count $count\n" if $verb eq "look";
`;
