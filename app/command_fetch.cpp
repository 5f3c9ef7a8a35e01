#include "app/command.h"
namespace smallprint {
void add_fetch_command(CLI::App&, Settings&, int&) {}
}  // namespace smallprint
