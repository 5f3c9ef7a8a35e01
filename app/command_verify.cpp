#include "app/command.h"
namespace smallprint {
void add_verify_command(CLI::App&, Settings&, int&) {}
}  // namespace smallprint
