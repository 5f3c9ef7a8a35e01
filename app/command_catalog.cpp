#include "app/command.h"
namespace smallprint {
void add_catalog_command(CLI::App&, Settings&, int&) {}
}  // namespace smallprint
