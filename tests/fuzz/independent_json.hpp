#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace p2psig::fuzz {

/// What somebody else's strict parser (nlohmann's JSON for Modern C++) says of a message.
struct IndependentView {
  bool is_json = false;
  bool is_object = false;
  std::size_t depth = 0;
  bool undecided = false;  ///< it has a limit that RFC 8259 has not: a number too large for a double
  struct Member {
    std::size_t times = 0;
    bool is_string = false;
    std::string text;  ///< what the string means, where it is one
  };
  std::map<std::string, Member> top_level;
};

/// `text` has no surrogate escapes: that parser takes pairs only, and RFC 8259 takes halves too.
[[nodiscard]] IndependentView independent_view(std::string_view text);

/// The text with each surrogate escape replaced by `\ufffd`: as valid or invalid as before.
[[nodiscard]] std::string without_surrogates(std::string_view text);

}  // namespace p2psig::fuzz
