# cmake -DSOURCE_DIR=... -DKARKARA_VERSION=... -DOUT=... -P write_version.cmake: writes version.cc when it changed.
execute_process(COMMAND git -C ${SOURCE_DIR} log -1 --format=%h\;%ct OUTPUT_VARIABLE head
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed OR NOT head)
  set(head "unknown;0")
endif()
list(GET head 0 KARKARA_COMMIT)
list(GET head 1 KARKARA_SOURCE_TIME)
configure_file(${SOURCE_DIR}/common/version.cc.in ${OUT} @ONLY)
