#include "cmd/terminal/editor/key_stream.hpp"

#include <algorithm>
#include <utility>

#include "core/protocol/limits.hpp"
#include "core/protocol/utf8.hpp"

namespace p2psig {
namespace {

constexpr char kEscape = '\033';
constexpr std::string_view kPasteBegins = "\033[200~";
constexpr std::string_view kPasteEnds = "\033[201~";
/// No terminal sends a longer sequence for a key.
constexpr std::size_t kSequenceBytes = 32;

bool between(char c, char first, char last) noexcept { return c >= first && c <= last; }

/// Of a text that begins with a character of several bytes: its size; 0 if more has to come, nothing if this
/// is not UTF-8.
std::optional<std::size_t> character_size(std::string_view text) noexcept {
  if (const char* const end = utf8_sequence_end(text.data(), text.data() + text.size()); end != nullptr)
    return static_cast<std::size_t>(end - text.data());
  if (Utf8Stream().accept(text)) return 0;
  return std::nullopt;
}

/// Terminals send CR for a line break, and what they were given for everything else.
std::string pasted_text(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const char* const end = utf8_sequence_end(bytes.data(), bytes.data() + bytes.size());
    const std::size_t size = end != nullptr ? static_cast<std::size_t>(end - bytes.data()) : 1;
    if (end == nullptr)
      text += "\uFFFD";
    else if (bytes.front() == '\r')
      text += bytes.starts_with("\r\n") ? "" : "\n";
    else if (bytes.front() != '\0')
      text.append(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  text.erase(text.find_last_not_of('\n') + 1);
  return text;
}

}  // namespace

void KeyStream::push(std::string_view bytes) {
  settled_ = false;
  // A paste of which the end got lost would swallow all that is typed. A key comes alone, pasted text does not.
  if (pasting_ && bytes.size() == 1 && control_key(bytes.front()) == Kind::interrupt) {
    pasting_ = false;
    paste_.clear();
    bytes_.clear();
  }
  bytes_ += bytes;
}

std::optional<KeyStream::Event> KeyStream::next() {
  undecided_ = false;
  for (;;) {
    if (pasting_) return next_paste();
    auto event = next_key();
    if (!event) return std::nullopt;
    if (event->text == kPasteBegins)
      pasting_ = true;
    else if (event->text != kPasteEnds)
      return event;
  }
}

std::optional<KeyStream::Event> KeyStream::next_key() {
  if (bytes_.empty()) return std::nullopt;
  const char first = bytes_.front();
  if (const auto kind = control_key(first)) return Event{*kind, take(1)};
  if (first == kEscape) {
    std::size_t size = escape_size();
    if (size == 0) {
      // Nobody types more of a sequence than Alt and its second character: the rest is on its way.
      undecided_ = !settled_ && (bytes_ == "\033" || bytes_ == "\033[" || bytes_ == "\033O");
      if (!settled_ || bytes_.size() > 2) return std::nullopt;
      size = bytes_.size();
    }
    return Event{Kind::key, take(size)};
  }
  if (between(first, '\0', '\x7F')) return Event{Kind::key, take(1)};
  const auto size = character_size(std::string_view(bytes_).substr(0, 4));
  if (size == 0U) return std::nullopt;
  if (size) return Event{Kind::key, take(*size)};
  take(1);
  return Event{Kind::key, "\uFFFD"};
}

std::optional<KeyStream::Event> KeyStream::next_paste() {
  const std::size_t end = bytes_.find(kPasteEnds);
  // The last bytes may be the beginning of the mark.
  std::size_t known = end;
  if (end == std::string::npos) known = bytes_.size() - std::min(bytes_.size(), kPasteEnds.size() - 1);
  paste_ += take(known);
  if (paste_.size() > limits::kPasteBytes) {
    paste_too_long_ = true;
    paste_.clear();
  }
  if (end == std::string::npos) return std::nullopt;
  take(kPasteEnds.size());
  pasting_ = false;
  const std::string paste = std::exchange(paste_, {});
  if (std::exchange(paste_too_long_, false)) return Event{Kind::paste_too_long};
  return Event{Kind::paste, pasted_text(paste)};
}

std::optional<KeyStream::Kind> KeyStream::control_key(char byte) const noexcept {
  const int key = static_cast<unsigned char>(byte);
  if (key == keys_.interrupt) return Kind::interrupt;
  if (key == keys_.suspend) return Kind::suspend;
  if (key == keys_.quit) return Kind::quit;
  return std::nullopt;
}

/// Of the key that begins with Escape; 0 if more may come. ECMA-48, 5.4; `\033O` and one more; `\033[[` and one
/// more on the Linux console; Alt and a character.
std::size_t KeyStream::escape_size() const noexcept {
  const std::string_view text = bytes_;
  if (text.size() == 1) return 0;
  if (text[1] == kEscape || control_key(text[1])) return 1;
  if (text[1] == 'O' || text.starts_with("\033[[")) {
    const std::size_t prefix = text[1] == 'O' ? 2 : 3;
    if (text.size() == prefix) return 0;
    return between(text[prefix], '!', '~') ? prefix + 1 : prefix;
  }
  if (text[1] == '[') {
    for (std::size_t i = 2; i < text.size(); ++i) {
      if (between(text[i], '@', '~')) return i + 1;
      if (!between(text[i], ' ', '?') || i == kSequenceBytes) return i;
    }
    return 0;
  }
  if (between(text[1], '\0', '\x7F')) return 2;
  const auto size = character_size(text.substr(1, 4));
  return size ? (*size == 0 ? 0 : 1 + *size) : 1;
}

std::string KeyStream::take(std::size_t bytes) {
  std::string taken = bytes_.substr(0, bytes);
  bytes_.erase(0, bytes);
  return taken;
}

}  // namespace p2psig
