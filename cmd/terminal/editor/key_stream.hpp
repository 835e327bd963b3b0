#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace p2psig {

/// What a person does at the keyboard, told apart from the bytes that a terminal sends for it: whole
/// characters, whole escape sequences, and what was pasted as one text (bracketed paste). Whoever handles these
/// never waits for the rest of one.
class KeyStream {
 public:
  enum class Kind : std::uint8_t { key, paste, paste_too_long, interrupt, suspend, quit };
  struct Event {
    Kind kind;
    std::string text{};  ///< of a key its bytes, of a paste UTF-8 with line feeds, none at its end
  };
  /// The keys for which the terminal would send a signal; none: -1.
  struct ControlKeys {
    int interrupt = -1;
    int suspend = -1;
    int quit = -1;
  };

  explicit KeyStream(ControlKeys keys) noexcept : keys_(keys) {}

  /// What one read gave.
  void push(std::string_view bytes);
  /// What was done next, if it has arrived whole.
  [[nodiscard]] std::optional<Event> next();

  /// Whether an escape sequence has begun, or Escape was pressed: time will tell. If nothing comes within a
  /// moment it was the key, and settle() makes it one.
  [[nodiscard]] bool undecided() const noexcept { return undecided_; }
  void settle() noexcept { settled_ = true; }

 private:
  [[nodiscard]] std::optional<Event> next_key();
  [[nodiscard]] std::optional<Event> next_paste();
  [[nodiscard]] std::optional<Kind> control_key(char byte) const noexcept;
  [[nodiscard]] std::size_t escape_size() const noexcept;
  std::string take(std::size_t bytes);

  const ControlKeys keys_;
  std::string bytes_;
  std::string paste_;
  bool pasting_ = false;
  bool paste_too_long_ = false;
  bool undecided_ = false;
  bool settled_ = false;
};

}  // namespace p2psig
