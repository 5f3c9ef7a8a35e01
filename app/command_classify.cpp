#include "app/command.h"
namespace smallprint {
void add_classify_command(CLI::App&, Settings&, int&) {}
}  // namespace smallprint
