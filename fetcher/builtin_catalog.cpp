#include <algorithm>
#include <iterator>
#include <utility>

#include "fetcher/catalog.h"
#include "smallprint_fetcher/builtin.h"

namespace smallprint {

Catalog builtin_catalog() {
  Catalog all;
  for (const builtin::File& file : builtin::files) {
    Catalog one = read_declaration(std::string(file.name.substr(file.name.rfind('/') + 1)), file.bytes);
    std::move(one.declarations.begin(), one.declarations.end(), std::back_inserter(all.declarations));
    std::move(one.problems.begin(), one.problems.end(), std::back_inserter(all.problems));
  }
  std::sort(all.declarations.begin(), all.declarations.end(),
            [](const Declaration& a, const Declaration& b) { return a.id < b.id; });
  return all;
}

}  // namespace smallprint
