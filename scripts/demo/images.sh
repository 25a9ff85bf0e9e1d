# Container images made of what is on this machine: sourced by the demo of jobs and by their suite, which have a folder in `dir`.
# shellcheck shell=bash

# Makes an image of a folder, until the script ends.
image() { # NAME ROOT CHANGE...
  local name=$1 root=$2 changes=() change
  shift 2
  for change in "$@"; do changes+=(--change "$change"); done
  tar -c -C "$root" . | docker import "${changes[@]}" - "$name" >/dev/null || return 1
  at_exit docker rmi --force "$name"
}

# Makes an image of a server of the files in `$dir/site/www`, and `$dir/site.toml` to deploy it by.
site_image() { # NAME
  mkdir -p "$dir"/site/{bin,www,tmp} || return 1
  cp "$(command -v busybox)" "$dir/site/bin/busybox" || return 1
  echo 'Served by nobody in particular.' >"$dir/site/www/index.html"
  cat >"$dir/site.toml" <<TOML
image = "$1"
command = ["httpd", "-f", "-p", "8080", "-h", "/www"]
ports = [8080]
health = "/"
[resources]
cpu = 0.1
memory = "64 MiB"
disk = "16 MiB"
[pay]
most = "2"
term = "2h"
TOML
  image "$1" "$dir/site" 'ENTRYPOINT ["/bin/busybox"]' 'CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]'
}
# Whether it is reached at an endpoint.
site_answers() { # ENDPOINT
  curl --silent --fail --max-time 5 "http://$1/" | grep -q nobody
}
