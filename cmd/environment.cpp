#include "cmd/environment.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "cmd/failure.hpp"

namespace p2psig {
namespace {

std::string variable_of(const CLI::Option& option) {
  std::string name = "P2PSIG_" + option.get_lnames().front();
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
  return name;
}

}  // namespace

std::string variable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  return value != nullptr ? value : "";
}

void take_environment(CLI::App& command) {
  for (CLI::Option* option : command.get_options()) {
    if (option == command.get_help_ptr() || option->get_lnames().empty() || option->count() != 0) continue;
    const std::string name = variable_of(*option);
    const std::string value = variable(name);
    if (value.empty()) continue;
    try {
      option->add_result(value);
      option->run_callback();
    } catch (const CLI::ParseError& error) {
      throw Failure(exit_code::kUsage, "environment variable " + name + ": " + error.what());
    }
  }
}

}  // namespace p2psig
