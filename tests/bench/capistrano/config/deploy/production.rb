server ENV.fetch("HOST"), user: "deploy", roles: %w[app]
set :ssh_options, {
  config: false,
  keys: [ENV.fetch("KEY")],
  keys_only: true,
  auth_methods: %w[publickey],
  user_known_hosts_file: [ENV.fetch("KNOWN_HOSTS")],
  verify_host_key: :always
}
