"""What frameworks and configuration files say of the running system: routes, hosts, variables, transactions."""
