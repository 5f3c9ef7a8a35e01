// Reads and checks declarations: folders of Open Terms Archive's `<Service>.json` files, as they are.
#pragma once

#include <string>
#include <vector>

#include "model/catalog.h"
#include "model/result.h"

namespace smallprint {

struct Problem {
  std::string file;
  std::string message;
  bool fatal = true;  ///< false: a warning; the declaration is still usable
  friend bool operator==(const Problem&, const Problem&) = default;
};

struct Catalog {
  std::vector<Declaration> declarations;  ///< sorted by id
  std::vector<Declaration> ended;         ///< in history files alone: tracked once, without sources now
  std::vector<Problem> problems;
};

/// All `*.json` of a folder, each with the `*.history.json` beside it, where there is one; a broken file is a problem
/// and does not spoil the others. Besides OTA's members a terms entry may have "region", "language", "proxy" and
/// "ignoreRobots" (ours). Error: not_found where the folder cannot be read.
Result<Catalog> read_catalog(const std::string& folder);

/// One file's text, and that of its history file or nothing. `file` is for messages and gives the service id where the
/// text names none.
Catalog read_declaration(const std::string& file, std::string_view json, std::string_view history = {});

/// What read_catalog() is made of: a folder's files, sorted; one of them, with "is no file" and its like as problems;
/// joining two catalogs; sorting one by id, where the second of two declarations with the same id is a problem.
Result<std::vector<std::string>> catalog_files(const std::string& folder);
Catalog read_catalog_file(const std::string& path);
void append_catalog(Catalog& all, Catalog&& one);
void settle_catalog(Catalog& catalog);

/// The declarations that are shipped inside the program (the folder catalog/).
Catalog builtin_catalog();

}  // namespace smallprint
