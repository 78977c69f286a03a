# Links gRPC, protobuf, Abseil and their like into the programs instead of loading 50 shared libraries: each costs a
# router 50 to 100 kB of resident memory before it does anything, and Debian's libgrpc has to be relocated as a whole.
# Only the location of the imported targets changes, so everything that links them follows.

# karkara_prefer_archives(): for each imported library of this directory that has an archive beside it, link the archive.
function(karkara_prefer_archives)
  get_property(imported DIRECTORY PROPERTY IMPORTED_TARGETS)
  foreach(target IN LISTS imported)
    get_target_property(type ${target} TYPE)
    if(NOT type STREQUAL "SHARED_LIBRARY" AND NOT type STREQUAL "UNKNOWN_LIBRARY")
      continue()
    endif()
    foreach(property IMPORTED_LOCATION IMPORTED_LOCATION_NONE IMPORTED_LOCATION_RELEASE IMPORTED_LOCATION_NOCONFIG)
      get_target_property(location ${target} ${property})
      if(location AND location MATCHES "^(.*/lib[^/]+)\\.so[.0-9]*$")
        # libfoo.so.1.2 and libfoo.so both come from libfoo.a; Debian names a few libfoo.so.9.1.0 without the plain name.
        set(archive ${CMAKE_MATCH_1}.a)
        if(EXISTS ${archive})
          set_target_properties(${target} PROPERTIES ${property} ${archive})
        endif()
      endif()
    endforeach()
  endforeach()
  # Debian has no archive of fmt; its functions can be compiled where they are used.
  set_property(TARGET fmt::fmt APPEND PROPERTY INTERFACE_COMPILE_DEFINITIONS FMT_HEADER_ONLY=1)
endfunction()

# karkara_for_routers(PROGRAM): links it for a router's memory. No shared C++ library is left, so that libstdc++ can be
# linked in, too; and its relocations are packed: reading them once costs 0.4 MB otherwise.
function(karkara_for_routers program)
  target_link_options(${program} PRIVATE
    -static-libstdc++ -static-libgcc
    LINKER:--gc-sections LINKER:--as-needed LINKER:-z,now LINKER:-z,pack-relative-relocs)
endfunction()
