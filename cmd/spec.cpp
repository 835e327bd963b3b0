#include "cmd/spec.hpp"

#include <CLI/CLI.hpp>

#include <string_view>
#include <vector>

#include "cmd/command_line.hpp"
#include "core/protocol/json_text.hpp"

namespace p2psig {
namespace {

/// What else a command reads, and how it can end; 128 stands for 128 + N.
struct Surroundings {
  std::string_view command;
  std::vector<std::string> variables;
  std::vector<int> exit_codes;
};

const std::vector<Surroundings>& surroundings() {
  static const std::vector<Surroundings> all{
      {"serve",
       {"CLICOLOR_FORCE", "HOST", "LISTEN_FDS", "LISTEN_PID", "NOTIFY_SOCKET", "NO_COLOR", "PORT", "TERM"},
       {0, 2, 3, 7, 128}},
      {"join",
       {"CLICOLOR_FORCE", "HOME", "NO_COLOR", "P2PSIG_HISTFILE", "P2PSIG_TOKEN", "TERM", "XDG_STATE_HOME"},
       {0, 1, 2, 3, 4, 5, 6, 7, 128}},
      {"status", {"CLICOLOR_FORCE", "NO_COLOR", "P2PSIG_TOKEN", "TERM"}, {0, 1, 2, 3, 4, 5, 6, 7, 128}},
  };
  return all;
}

/// `text_of` makes JSON of an item.
template <class Items, class TextOf>
std::string list(const Items& items, TextOf&& text_of) {
  std::string out = "[";
  for (const auto& item : items) out.append(out.size() > 1 ? "," : "").append(text_of(item));
  return out += ']';
}

std::string member(std::string_view key, const std::string& value) { return json_string(key) + ":" + value; }
std::string truth(bool value) { return value ? "true" : "false"; }

std::string option_spec(const CLI::App& command, const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  std::string value = option.get_type_name();
  const bool is_optional = value.starts_with("[=");
  if (is_optional) value = value.substr(2, value.size() - 3);
  if (option.get_expected_max() == 0 && !is_optional) value.clear();  // a flag
  const std::string variable = variable_of(command, option);
  return "{" + member("names", list(names, json_string)) + "," +
         member("value", value.empty() ? "null" : json_string(value)) + "," +
         member("optional", truth(is_optional)) + "," +
         member("repeatable", truth(option.get_items_expected_max() > 1)) + "," +
         member("variable", variable.empty() ? "null" : json_string(variable)) + "," +
         member("description", json_string(option.get_description())) + "}";
}

std::string command_spec(const CLI::App& command) {
  std::string options;
  std::string arguments;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_positional()) {
      arguments += (arguments.empty() ? "" : ",") + json_string(option->get_name(true));
    } else {
      options += (options.empty() ? "" : ",") + option_spec(command, *option);
    }
  }
  std::string spec = "{" + member("name", json_string(command.get_name())) + "," +
                     member("description", json_string(command.get_description())) + "," +
                     member("arguments", "[" + arguments + "]") + "," +
                     member("options", "[" + options + "]");
  for (const Surroundings& known : surroundings()) {
    if (known.command != command.get_name()) continue;
    spec += "," + member("variables", list(known.variables, json_string)) + "," +
            member("exit_codes", list(known.exit_codes, [](int code) { return std::to_string(code); }));
  }
  return spec;
}

}  // namespace

std::string command_line_spec(const CLI::App& app) {
  std::string commands;
  for (const CLI::App* command : app.get_subcommands(nullptr))
    commands += (commands.empty() ? "" : ",") + command_spec(*command) + "}";
  return command_spec(app) + "," + member("commands", "[" + commands + "]") + "}\n";
}

}  // namespace p2psig
