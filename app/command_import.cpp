#include "app/command.h"
namespace smallprint {
void add_import_command(CLI::App&, Settings&, int&) {}
}  // namespace smallprint
