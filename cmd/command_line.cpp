#include "cmd/command_line.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <utility>

#include "cmd/failure.hpp"

namespace p2psig {
namespace {

class ExamplesFirst final : public CLI::Formatter {
 public:
  ExamplesFirst(std::string examples, std::string usage)
      : examples_(std::move(examples)), usage_(std::move(usage)) {}

  std::string make_description(const CLI::App* app) const override {
    return examples_ + "\n" + CLI::Formatter::make_description(app);
  }
  std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override {
    return "Usage: " + usage_ + "\n";
  }

 private:
  const std::string examples_;
  const std::string usage_;
};

std::string variable_of(const CLI::Option& option) {
  std::string name = "P2PSIG_" + option.get_lnames().front();
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
  return name;
}

}  // namespace

void set_help(CLI::App& command, const std::string& examples, const std::string& usage) {
  const auto formatter = std::make_shared<ExamplesFirst>(examples, usage);
  constexpr std::size_t name_columns = 34;
  formatter->column_width(name_columns);
  command.formatter(formatter);
}

void add_colour(CLI::App& command, Colour& colour, const std::string& help) {
  command
      .add_option_function<std::string>(
          "--color",
          [&colour](const std::string& text) {
            if (text == "auto")
              colour = Colour::automatic;
            else if (text == "always")
              colour = Colour::always;
            else if (text == "never")
              colour = Colour::never;
            else
              throw CLI::ValidationError("--color", text + " is none of auto|always|never");
          },
          help)
      ->type_name("auto|always|never");
}

void write_output(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0) return;
  const int error = errno;
  if (error == EPIPE) {
    std::signal(SIGPIPE, SIG_DFL);
    std::raise(SIGPIPE);
  }
  throw Failure(exit_code::kOutput, "cannot write to stdout: " + std::generic_category().message(error));
}

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
