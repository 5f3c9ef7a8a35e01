#include "app/command.h"
namespace smallprint {
void add_extract_command(CLI::App&, Settings&, int&) {}
}  // namespace smallprint
