lock "~> 3.17"

set :application, "capistrano"
# A clone on the host itself, Capistrano's best case: nothing has to come over a network.
set :repo_url, "file:///srv/selfhelp-backend"
set :branch, ENV.fetch("RELEASE")
set :deploy_to, "/var/www/capistrano"
set :keep_releases, 2
set :log_level, :info
set :format_options, log_file: nil
append :linked_files, ".env.local"
append :linked_dirs, "config/jwt", "public/uploads", "var/log"

namespace :deploy do
  task :build do
    on roles(:app) do
      within release_path do
        execute :composer, "install", "--no-dev", "--optimize-autoloader", "--no-interaction", "--quiet"
        execute :php, "bin/console", "cache:clear", "--env=prod"
        execute :php, "bin/console", "cache:warmup", "--env=prod"
      end
    end
  end
  after :updated, :build
end
