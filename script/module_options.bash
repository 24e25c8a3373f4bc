# How what is built is imported outside of the package manager; to be sourced.

# module_options BUILD: sets `options` to what swiftc and its kin need to find the modules in BUILD, such as
# .build/release, and the maps of the C modules that these import.
module_options() {
  local map
  options=(-I "$1/Modules")
  for map in "$PWD"/Sources/*/module.modulemap "$1"/*.build/module.modulemap; do
    options+=(-Xcc "-fmodule-map-file=$map")
  done
}
