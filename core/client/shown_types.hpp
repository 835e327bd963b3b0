#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace p2psig {

/// The types of messages that /filter lets through; `candidate` and `ice-candidate` are one.
class ShownTypes {
 public:
  /// All of them.
  ShownTypes() = default;
  /// These, or all if there are none.
  explicit ShownTypes(std::vector<std::string> types) : types_(std::move(types)) {}

  [[nodiscard]] bool includes(std::string_view type) const {
    return types_.empty() || std::any_of(types_.begin(), types_.end(), [type](const std::string& shown) {
             return plain(shown) == plain(type);
           });
  }

 private:
  static std::string_view plain(std::string_view type) noexcept {
    return type == "ice-candidate" ? "candidate" : type;
  }

  std::vector<std::string> types_;
};

}  // namespace p2psig
