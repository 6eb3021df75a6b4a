import { begunLine } from "./begun";

/**
 * Bash text that runs its arguments as a command which never outlives the deployer. The SSH channel's standard input is the line between them:
 * it carries the command's input in frames (`frames.ts`), and ends only when the channel or the connection is gone. Then the command gets SIGTERM
 * through `timeout`, which adds SIGKILL after 5 s, and does not see the end of its input before: half an input never looks like a whole one.
 * It prints `begunLine` first. Whatever is left of the command's process group when it ended is killed. (The end of a channel waits behind input that a command doesn't read:
 * such a command is ended by its time limit.)
 *
 * Why so: without a terminal sshd signals nothing when a client goes, an SSH signal request can't reach what runs under sudo, and `head -c` reads no byte
 * more than it was told. `set -m` gives feeder and command a process group each, and has bash tell of jobs that end: where nobody reads it.
 */
export const lifeline = `
export LC_ALL=C.UTF-8
printf %s '${begunLine}'
job=
trap '[[ -z $job ]] || kill -TERM "$job"' TERM HUP INT
exec 3<&0
set -m
coproc feed {
  exec <&3 3<&- 2>/dev/null
  while read -r size; do
    ((size > 0)) || exec >/dev/null
    ((size == 0)) || head -c "$size" || cat >/dev/null
  done
  while kill -TERM $$; do sleep 1; done
}
exec 4<&"\${feed[0]}" 5>&2 2>/dev/null {feed[0]}<&- {feed[1]}>&-
"$@" <&4 2>&5 3<&- 4<&- 5>&- &
job=$!
exec 3<&- 4<&- 5>&-
while kill -0 "$job"; do wait "$job"; done
wait "$job"
code=$?
kill -KILL -- "-$job" "-$feed_PID"
exit "$code"
`;
