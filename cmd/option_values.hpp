#pragma once

#include <CLI/CLI.hpp>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time.hpp"
#include "core/whole_number.hpp"

/// Options of subcommands by the kind of value that they take. A bad value is an error that says what is
/// wanted.
namespace p2psig {

[[nodiscard]] inline std::optional<Milliseconds> to_milliseconds(std::string_view seconds) {
  constexpr double most = 86'400;
  const auto number = whole_number<double>(seconds);
  if (!number || !(*number >= 0 && *number <= most)) return std::nullopt;
  return Milliseconds(std::llround(*number * 1000));
}
inline constexpr const char* kWantedSeconds = "a number of seconds from 0 to 86400";

/// An option whose text `parse` makes a value of, or nothing if it is not `wanted`.
template <class Value, class Parse>
void add_parsed(CLI::App& app, const std::string& name, Value& value, const std::string& type, Parse parse,
                const std::string& wanted, const std::string& help) {
  app.add_option_function<std::string>(
         name,
         [&value, name, parse, wanted](const std::string& text) {
           const auto parsed = parse(text);
           if (!parsed) throw CLI::ValidationError(name, text + " is not " + wanted);
           value = *parsed;
         },
         help)
      ->type_name(type);
}

/// `value` is a Milliseconds, or may be none.
template <class Value>
void add_seconds(CLI::App& app, const std::string& name, Value& value, const std::string& help) {
  add_parsed(app, name, value, "SECONDS", to_milliseconds, kWantedSeconds, help);
}

/// A number that counts something, `least` or more.
template <class Value>
void add_count(CLI::App& app, const std::string& name, Value& value, std::uint64_t least,
               const std::string& help) {
  constexpr std::uint64_t most = 1'000'000'000;
  const auto parse = [least](std::string_view text) {
    const auto count = whole_number<std::uint64_t>(text);
    return count && *count >= least && *count <= most ? count : std::nullopt;
  };
  add_parsed(app, name, value, "N", parse,
             "a number from " + std::to_string(least) + " to " + std::to_string(most), help);
}

/// An option that is one of these words.
template <class Value>
void add_choice(CLI::App& app, const std::string& name, Value& value,
                const std::vector<std::pair<std::string, Value>>& choices, const std::string& help) {
  std::string names;
  for (const auto& [choice, meaning] : choices) names += (names.empty() ? "" : "|") + choice;
  app.add_option_function<std::string>(
         name,
         [&value, name, names, choices](const std::string& text) {
           for (const auto& [choice, meaning] : choices)
             if (text == choice) {
               value = meaning;
               return;
             }
           throw CLI::ValidationError(name, text + " is none of " + names);
         },
         help)
      ->type_name(names);
}

}  // namespace p2psig
