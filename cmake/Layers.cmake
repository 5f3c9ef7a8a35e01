# smallprint_layer(NAME [PUBLIC lib…] [PRIVATE lib…]): one static library from the folder's sources.
function(smallprint_layer name)
  cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(smallprint_${name} STATIC ${sources})
  target_include_directories(smallprint_${name} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
  target_link_libraries(smallprint_${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  target_precompile_headers(smallprint_${name} PRIVATE
    <algorithm> <chrono> <cstdint> <functional> <memory> <optional> <string> <string_view> <unordered_map> <utility>
    <variant> <vector>)
endfunction()
