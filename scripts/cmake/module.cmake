# Three ways to make a target, so that every folder's CMakeLists.txt is a short list of names.

add_library(karkara_build_options INTERFACE)
target_include_directories(karkara_build_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(karkara_build_options INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Wswitch
  $<$<BOOL:${KARKARA_WERROR}>:-Werror>)
if(KARKARA_SANITIZE)
  # gcc's checks of optional and vector in sanitized builds give false "maybe uninitialized" reports.
  # vptr and null double the checks at each member access and find little that the address sanitizer does not.
  target_compile_options(karkara_build_options INTERFACE
    -fsanitize=${KARKARA_SANITIZE} -fno-sanitize=vptr,null,object-size -fno-omit-frame-pointer -fno-sanitize-recover=all
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  # Tests are not the code under test: a third of their compile time goes into checks of undefined behaviour.
  target_compile_options(karkara_build_options INTERFACE
    $<$<BOOL:$<TARGET_PROPERTY:KARKARA_TEST_CODE>>:-fno-sanitize=undefined>)
  target_link_options(karkara_build_options INTERFACE -fsanitize=${KARKARA_SANITIZE})
else()
  # The same reports once the optimizer sees several sources at a time, and of strings (gcc's bugs 105329, 105651).
  target_compile_options(karkara_build_options INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
endif()
define_property(TARGET PROPERTY KARKARA_TEST_CODE INHERITED
  BRIEF_DOCS "Only tests use it" FULL_DOCS "Set for the folder tests; inherited by its targets")

# A quarter of a thousand programs are linked with the sanitizers; GNU ld needs seconds for each.
find_program(KARKARA_MOLD mold)
if(KARKARA_MOLD AND KARKARA_SANITIZE)
  target_link_options(karkara_build_options INTERFACE -fuse-ld=mold)
endif()

if(KARKARA_FUZZ)
  # Everything, so that libFuzzer sees which of our branches an input takes.
  target_compile_options(karkara_build_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# karkara_module(NAME SOURCES a.cc b.cc DEPENDS karkara_common ... [ALONE b.cc]): a static library karkara_NAME of this
# folder. What it may link is its place in the architecture. Its sources are compiled eight at a time, which halves the
# time; those of ALONE by themselves, because they share local names with others.
function(karkara_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;ALONE")
  add_library(karkara_${name} STATIC ${arg_SOURCES})
  if(arg_ALONE)
    set_source_files_properties(${arg_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
  target_link_libraries(karkara_${name} PUBLIC karkara_build_options ${arg_DEPENDS})
endfunction()

# karkara_program(NAME SOURCES main.cc DEPENDS ...): an executable called NAME in bin/.
function(karkara_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE karkara_build_options ${arg_DEPENDS})
  set_target_properties(${name} PROPERTIES UNITY_BUILD OFF RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
endfunction()

# How all tests are compiled, so that they can share precompiled headers.
function(karkara_test_options name)
  target_link_libraries(${name} PRIVATE karkara_build_options ${ARGN} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE
    KARKARA_SOURCE_DIR="${PROJECT_SOURCE_DIR}" KARKARA_BINARY_DIR="${PROJECT_BINARY_DIR}")
  # Straight through, once: optimizing it costs more than it saves. The code under test is optimized as ever.
  if(KARKARA_SANITIZE)
    target_compile_options(${name} PRIVATE -O0)
  endif()
  # With -pthread they fit those that have it from a library; a program with other definitions parses the headers itself.
  if(KARKARA_TEST_PCH)
    target_compile_options(${name} PRIVATE -pthread -Wno-error=invalid-pch)
  endif()
endfunction()

# karkara_test(NAME SOURCES a_test.cc DEPENDS ... [LABELS netns]): a GoogleTest program; each TEST is one of ctest's.
# Tests labelled "netns" or "e2e" need root. Those of "netns" run one at a time beside others, as they mostly wait; those
# of "e2e" alone, as they measure.
function(karkara_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;LABELS")
  add_executable(${name} ${arg_SOURCES})
  karkara_test_options(${name} ${arg_DEPENDS})
  if(KARKARA_TEST_PCH)
    target_precompile_headers(${name} REUSE_FROM karkara_test_pch)
  endif()
  set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)
  set(properties TIMEOUT 120)
  if(arg_LABELS)
    list(APPEND properties LABELS "${arg_LABELS}")
  endif()
  if("e2e" IN_LIST arg_LABELS)
    list(APPEND properties RUN_SERIAL TRUE)
  elseif("netns" IN_LIST arg_LABELS)
    list(APPEND properties RESOURCE_LOCK namespaces COST 50)
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES ${properties})
endfunction()

# karkara_fuzz(NAME SOURCES x_fuzz.cc CORPUS dir DEPENDS ...): a decoder's fuzz target. With clang and KARKARA_FUZZ it
# is a libFuzzer program fuzz_NAME; always, its corpus (and what mutation makes of it) runs as an ordinary test.
function(karkara_fuzz name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "CORPUS" "SOURCES;DEPENDS")
  add_executable(fuzz_${name} ${arg_SOURCES})
  set_target_properties(fuzz_${name} PROPERTIES UNITY_BUILD OFF)
  target_link_libraries(fuzz_${name} PRIVATE karkara_build_options ${arg_DEPENDS})
  if(KARKARA_FUZZ)
    target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cc)
    add_test(NAME fuzz_corpus_${name} COMMAND fuzz_${name} ${CMAKE_CURRENT_SOURCE_DIR}/${arg_CORPUS})
    set_tests_properties(fuzz_corpus_${name} PROPERTIES LABELS fuzz TIMEOUT 120)
  endif()
endfunction()
