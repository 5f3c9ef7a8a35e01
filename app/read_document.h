// A Document from what a person names on the command line: a file, standard input or an address.
#pragma once

#include <string>
#include <vector>

#include "fetcher/extract/extract.h"
#include "model/document.h"
#include "model/result.h"

namespace smallprint {

/// `name` is the path of a .md, .markdown, .txt, .html or .htm file, "-" for Markdown on standard input, or an http(s)
/// address, which is visited once. A file of another kind is read as what it looks like: HTML where it begins with a
/// tag, else Markdown. Errors name what was given: not_found, unavailable, limit (above 50 MB), and those of extract().
/// Blocking.
Result<Document> read_document(const std::string& name, const std::vector<std::string>& allowed_addresses = {});

/// The same, before anything is extracted: the bytes, the kind of content, and the final address where it was visited.
Result<Page> read_page(const std::string& name, const std::vector<std::string>& allowed_addresses = {});

}  // namespace smallprint
