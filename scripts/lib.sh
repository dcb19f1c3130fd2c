# What the scripts beside it have in common. They source it.

# Not to standard output, which is for what a script makes.
step() { echo "==> $*" >&2; }

require_swift() {
    command -v swift >/dev/null && return
    echo "Swift is missing. Install version 6.2 or later from https://www.swift.org/install, then run this again." >&2
    exit 1
}

missing=()

# The system libraries that the build needs, and those that are named: Debian and Ubuntu can say whether they are there.
find_missing_libraries() {
    command -v dpkg-query >/dev/null || return 0
    local package
    for package in libsqlite3-dev "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
}

install_missing() {
    [ ${#missing[@]} -gt 0 ] || return 0
    step "Installing ${missing[*]}"
    if ! command -v apt-get >/dev/null; then
        echo "Install these by hand, then run this again: ${missing[*]}" >&2
        exit 1
    fi
    local sudo=()
    if [ "$(id -u)" -ne 0 ]; then sudo=(sudo); fi
    "${sudo[@]}" apt-get update -qq >&2
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "${missing[@]}" >&2
}
