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
};

struct Catalog {
  std::vector<Declaration> declarations;  ///< sorted by id
  std::vector<Problem> problems;
};

/// All `*.json` of a folder, but `*.history.json`; a broken file is a problem and does not spoil the others. Besides
/// OTA's members a terms entry may have "region", "language" and "ignoreRobots" (ours). Error: not_found where the folder cannot be
/// read.
Result<Catalog> read_catalog(const std::string& folder);

/// One file's text. `file` is for messages and gives the service id where the text names none.
Catalog read_declaration(const std::string& file, std::string_view json);

/// The declarations that are shipped inside the program (the folder catalog/).
Catalog builtin_catalog();

}  // namespace smallprint
