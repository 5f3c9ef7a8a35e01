#include "app/command.h"
namespace smallprint {
void add_diff_command(CLI::App&, Settings&, int&) {}
}  // namespace smallprint
