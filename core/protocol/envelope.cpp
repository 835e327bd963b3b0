#include "core/protocol/envelope.hpp"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "core/protocol/json_text.hpp"
#include "core/protocol/limits.hpp"
#include "core/protocol/string_scan.hpp"
#include "core/protocol/utf8.hpp"
#include "core/protocol/wire_names.hpp"

namespace p2psig {
namespace {

using Fault = ScanError::Fault;
using FieldKind = EnvelopeField::Kind;

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

constexpr bool is_hex_digit(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// What may stand behind a backslash, `u` aside.
constexpr bool is_short_escape(char c) noexcept {
  switch (c) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      return true;
    default:
      return false;
  }
}

/// Recursive descent without recursion. Each step takes the place where something starts and returns where it
/// ends, or nullptr, having noted why.
template <class StringScan>
class Scanner {
 public:
  Scanner(std::string_view message, std::size_t nesting_max) noexcept
      : begin_(message.data()), end_(message.data() + message.size()), nesting_max_(nesting_max) {}

  Result<Envelope, ScanError> scan() noexcept {
    if (scan_message()) return envelope_;
    if (error_.fault != Fault::invalid_utf8 && !is_utf8({begin_, static_cast<std::size_t>(end_ - begin_)}))
      error_.fault = Fault::invalid_utf8;
    return error_;
  }

 private:
  static std::string_view between(const char* from, const char* to) noexcept {
    return {from, static_cast<std::size_t>(to - from)};
  }

  const char* fail(const char* where, Fault fault = Fault::not_json) noexcept {
    error_ = {fault, static_cast<std::size_t>(where - begin_)};
    return nullptr;
  }

  [[nodiscard]] const char* skip_space(const char* p) const noexcept {
    while (p < end_ && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')) ++p;
    return p;
  }

  [[nodiscard]] bool at(const char* p, char c) const noexcept { return p < end_ && *p == c; }

  bool scan_message() noexcept {
    const char* p = skip_space(begin_);
    if (!at(p, '{')) return fail(p, Fault::not_object) != nullptr;
    const char* const object = p;
    const char* const brace = scan_top_level(p + 1);
    if (brace == nullptr) return false;
    p = skip_space(brace + 1);
    if (p != end_) return fail(p) != nullptr;
    if (cut_begin_ == nullptr) cut_begin_ = cut_end_ = brace;
    envelope_.head = between(object, cut_begin_);
    envelope_.tail = between(cut_end_, brace);
    return true;
  }

  /// The members of the message, whose names matter. Returns its closing brace.
  const char* scan_top_level(const char* p) noexcept {
    p = skip_space(p);
    if (at(p, '}')) return p;
    for (const char* comma = nullptr;;) {
      const char* const key = p;
      bool escaped = false;
      p = scan_key(p, escaped);
      if (p == nullptr) return nullptr;
      EnvelopeField* const field = field_named(between(key + 1, last_quote_), escaped);
      const char* const value_end = scan_member_value(p, field);
      if (value_end == nullptr) return nullptr;
      p = skip_space(value_end);
      const bool more = at(p, ',');
      if (!more && !at(p, '}')) return fail(p);
      if (field == &envelope_.from) {
        cut_begin_ = comma != nullptr ? comma : key;
        cut_end_ = comma == nullptr && more ? p + 1 : value_end;
      }
      if (!more) return p;
      comma = p;
      p = skip_space(p + 1);
    }
  }

  EnvelopeField* field_named(std::string_view key, bool escaped) noexcept {
    std::array<char, 4> buffer{};
    if (escaped) {
      const std::optional<Unescaped> meant = unescape(key, buffer);
      if (!meant) return nullptr;
      key = meant->text;
    }
    if (key.size() == 4) {
      if (key == key::kType) return &envelope_.type;
      if (key == key::kRoom) return &envelope_.room;
      if (key == key::kFrom) return &envelope_.from;
      return nullptr;
    }
    return key == key::kTo ? &envelope_.to : nullptr;
  }

  const char* scan_member_value(const char* p, EnvelopeField* field) noexcept {
    if (field == nullptr) return scan_value(p);
    const bool repeated = field->kind != FieldKind::absent;
    *field = {};
    field->repeated = repeated;
    if (at(p, '"')) {
      field->kind = FieldKind::string;
      const char* const after = scan_string(p, field->escaped);
      if (after != nullptr) field->raw = between(p + 1, last_quote_);
      return after;
    }
    field->kind = at(p, 'n') ? FieldKind::null : FieldKind::other;
    return scan_value(p);
  }

  /// A member's name and the colon behind it. Returns where the value starts.
  const char* scan_key(const char* p, bool& escaped) noexcept {
    if (!at(p, '"')) return fail(p);
    p = scan_string(p, escaped);
    if (p == nullptr) return nullptr;
    const char* const quote = last_quote_;
    p = skip_space(p);
    if (!at(p, ':')) return fail(p);
    last_quote_ = quote;
    return skip_space(p + 1);
  }

  /// A value below the top level, with all that is in it.
  const char* scan_value(const char* p) noexcept {
    std::uint64_t objects = 0;  // a bit for each of the innermost levels, the lowest bit being the last
    constexpr std::size_t word_bits = 64;
    std::size_t open = 0;
    for (;;) {
      if (p == end_) return fail(p);
      if (*p == '{' || *p == '[') {
        const bool object = *p == '{';
        if (open + 2 > nesting_max_) return fail(p, Fault::too_deep);
        p = skip_space(p + 1);
        if (!at(p, object ? '}' : ']')) {
          if (open >= word_bits) deeper_.push_back((objects >> (word_bits - 1)) != 0);
          objects = objects << 1U | static_cast<unsigned>(object);
          ++open;
          p = object ? scan_nested_key(p) : p;
          if (p == nullptr) return nullptr;
          continue;
        }
        ++p;
      } else {
        p = scan_scalar(p);
        if (p == nullptr) return nullptr;
      }
      // A value ends here; so may the ones that it is the last of.
      for (;;) {
        if (open == 0) return p;
        p = skip_space(p);
        if (!at(p, (objects & 1U) != 0 ? '}' : ']')) break;
        ++p;
        objects >>= 1U;
        if (open > word_bits) objects |= take_deeper() << (word_bits - 1);
        --open;
      }
      if (!at(p, ',')) return fail(p);
      p = skip_space(p + 1);
      if ((objects & 1U) != 0) p = scan_nested_key(p);
      if (p == nullptr) return nullptr;
    }
  }

  std::uint64_t take_deeper() noexcept {
    const bool object = deeper_.back();
    deeper_.pop_back();
    return object ? 1 : 0;
  }

  const char* scan_nested_key(const char* p) noexcept {
    bool escaped = false;
    return scan_key(p, escaped);
  }

  const char* scan_scalar(const char* p) noexcept {
    bool escaped = false;
    switch (*p) {
      case '"':
        return scan_string(p, escaped);
      case 't':
        return scan_word(p, "true");
      case 'f':
        return scan_word(p, "false");
      case 'n':
        return scan_word(p, "null");
      default:
        return scan_number(p);
    }
  }

  const char* scan_word(const char* p, std::string_view word) noexcept {
    for (const char c : word) {
      if (!at(p, c)) return fail(p);
      ++p;
    }
    return p;
  }

  const char* scan_digits(const char* p) noexcept {
    if (p == end_ || !is_digit(*p)) return fail(p);
    while (p < end_ && is_digit(*p)) ++p;
    return p;
  }

  const char* scan_number(const char* p) noexcept {
    if (at(p, '-')) ++p;
    p = at(p, '0') ? p + 1 : scan_digits(p);
    if (p != nullptr && at(p, '.')) p = scan_digits(p + 1);
    if (p != nullptr && (at(p, 'e') || at(p, 'E'))) {
      ++p;
      if (at(p, '+') || at(p, '-')) ++p;
      p = scan_digits(p);
    }
    return p;
  }

  /// `p` is at the opening quote. Leaves the closing one in last_quote_.
  const char* scan_string(const char* p, bool& escaped) noexcept {
    ++p;
    for (;;) {
      p = StringScan::find(p, end_);
      if (p == end_) return fail(p);
      if (*p == '"') {
        last_quote_ = p;
        return p + 1;
      }
      if (*p == '\\') {
        escaped = true;
        p = scan_escapes(p);
      } else if (static_cast<unsigned char>(*p) >= 0x80) {
        p = scan_non_ascii(p);
      } else {
        return fail(p);  // a control character
      }
      if (p == nullptr) return nullptr;
    }
  }

  /// One escape and those right behind it: SDP in JSON is full of `\r\n`.
  const char* scan_escapes(const char* p) noexcept {
    do {
      if (end_ - p < 2) return fail(end_);
      if (is_short_escape(p[1])) {
        p += 2;
        continue;
      }
      if (p[1] != 'u') return fail(p + 1);
      for (const char* digit = p + 2; digit < p + 6; ++digit)
        if (digit >= end_ || !is_hex_digit(*digit)) return fail(digit < end_ ? digit : end_);
      p += 6;
    } while (at(p, '\\'));
    return p;
  }

  /// One character and those right behind it that are not ASCII either.
  const char* scan_non_ascii(const char* p) noexcept {
    do {
      const char* const next = utf8_sequence_end(p, end_);
      if (next == nullptr) return fail(p, Fault::invalid_utf8);
      p = next;
    } while (p < end_ && static_cast<unsigned char>(*p) >= 0x80);
    return p;
  }

  const char* const begin_;
  const char* const end_;
  const std::size_t nesting_max_;
  std::vector<bool> deeper_;          // of the outer levels that a word has no bits for: is it an object?
  const char* last_quote_ = nullptr;  // the closing quote of the string scanned last
  const char* cut_begin_ = nullptr;   // what a relay leaves out: the sender's `from` and a comma
  const char* cut_end_ = nullptr;
  Envelope envelope_;
  ScanError error_{Fault::not_json, 0};
};

}  // namespace

Result<Envelope, ScanError> scan_envelope(std::string_view message, std::size_t nesting_max) noexcept {
  return Scanner<string_scan::Best>(message, nesting_max).scan();
}

Result<Envelope, ScanError> scan_envelope_portable(std::string_view message) noexcept {
  return Scanner<string_scan::Portable>(message, limits::kNestingLevels).scan();
}

}  // namespace p2psig
