# smallprint_embed(TARGET NAMESPACE FILE…): the files' bytes as string literals inside the program, so that one binary is
# the whole installation. Gives the header generated/<target>/<namespace>.h with
#   namespace smallprint::<namespace> { struct File { std::string_view name, bytes; }; extern const std::span<const File> files; }
# where a name is the path below the calling folder.
function(smallprint_embed target namespace)
  set(out ${CMAKE_BINARY_DIR}/generated/${target})
  list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE paths)
  add_custom_command(
    OUTPUT ${out}/${namespace}.cpp ${out}/${namespace}.h
    COMMAND ${CMAKE_COMMAND} -DOUT=${out}/${namespace} -DTARGET=${target} -DNAMESPACE=${namespace}
            -DBASE=${CMAKE_CURRENT_SOURCE_DIR} "-DFILES=${ARGN}" -P ${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake
    DEPENDS ${paths} ${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${out}/${namespace}.cpp)
endfunction()
