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

#include "cmd/environment.hpp"
#include "cmd/failure.hpp"
#include "cmd/option_values.hpp"

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
  /// CLI11 would show what a flag stands for without its value: "--reconnect{for-ever}".
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    std::string name = CLI::Formatter::make_option_name(option, is_positional);
    return name.substr(0, name.find('{'));
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string values = CLI::Formatter::make_option_opts(option);
    return values.starts_with(" [=") ? values.substr(1) : values;
  }

 private:
  const std::string examples_;
  const std::string usage_;
};

}  // namespace

std::string variable_of(const CLI::App& command, const CLI::Option& option) {
  if (&option == command.get_help_ptr() || &option == command.get_version_ptr()) return {};
  if (option.get_lnames().empty() || option.get_items_expected_max() > 1) return {};
  std::string name = "P2PSIG_" + option.get_lnames().front();
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
  return name;
}

void set_help(CLI::App& command, const std::string& examples, const std::string& usage) {
  const auto formatter = std::make_shared<ExamplesFirst>(examples, usage);
  constexpr std::size_t name_columns = 34;
  formatter->column_width(name_columns);
  command.formatter(formatter);
}

void add_colour(CLI::App& command, Colour& colour, const std::string& help) {
  add_choice<Colour>(command, "--color", colour,
                     {{"auto", Colour::automatic}, {"always", Colour::always}, {"never", Colour::never}},
                     help);
}

void end_if_pipe_closed(int error) {
  if (error != EPIPE) return;
  std::signal(SIGPIPE, SIG_DFL);
  std::raise(SIGPIPE);
}

void write_output(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0) return;
  const int error = errno;
  end_if_pipe_closed(error);
  throw Failure(exit_code::kOutput, "cannot write to stdout: " + std::generic_category().message(error));
}

void take_environment(CLI::App& command) {
  for (CLI::Option* option : command.get_options()) {
    const std::string name = variable_of(command, *option);
    if (name.empty() || option->count() != 0) continue;
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
