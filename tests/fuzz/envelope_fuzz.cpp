/// The two scanners against each other, and against an independent parser.
#include "core/protocol/envelope.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/protocol/json_text.hpp"
#include "core/protocol/limits.hpp"
#include "core/protocol/messages.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/independent_json.hpp"

using namespace p2psig;
using Fault = ScanError::Fault;
using Kind = EnvelopeField::Kind;

namespace {

bool same(const EnvelopeField& a, const EnvelopeField& b) {
  return a.kind == b.kind && a.escaped == b.escaped && a.repeated == b.repeated &&
         a.raw.data() == b.raw.data() && a.raw.size() == b.raw.size();
}

void compare(const Envelope& a, const Envelope& b) {
  FUZZ_CHECK(same(a.type, b.type) && same(a.to, b.to) && same(a.room, b.room) && same(a.from, b.from));
  FUZZ_CHECK(a.head == b.head && a.tail == b.tail);
}

std::string meaning(const EnvelopeField& field) {
  if (!field.escaped) return std::string(field.raw);
  std::vector<char> buffer(field.raw.size());
  return std::string(unescape(field.raw, buffer).value().text);
}

void compare(const EnvelopeField& field, const fuzz::IndependentView& view, const std::string& name) {
  const auto found = view.top_level.find(name);
  if (found == view.top_level.end()) {
    FUZZ_CHECK(field.kind == Kind::absent);
    return;
  }
  FUZZ_CHECK(field.kind != Kind::absent);
  FUZZ_CHECK(field.repeated == (found->second.times > 1));
  FUZZ_CHECK((field.kind == Kind::string) == found->second.is_string);
  if (field.kind == Kind::string) FUZZ_CHECK(meaning(field) == found->second.text);
}

/// What is relayed is valid again, and says who sent it once.
void check_relayed(const Envelope& envelope) {
  if (envelope.type.kind != Kind::string || envelope.has_repeated_field()) return;
  const PeerId id = PeerId::from_text(std::string(PeerId::kTextBytes, 'i')).value();
  std::string text;
  for (const auto piece : message::relayed(envelope, id)) text += piece;
  const auto again = scan_envelope(text);
  FUZZ_CHECK(again);
  FUZZ_CHECK(again->from.raw == id.text() && !again->from.repeated);
  FUZZ_CHECK(meaning(again->type) == meaning(envelope.type));
  FUZZ_CHECK(again->to.raw == envelope.to.raw);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view message(reinterpret_cast<const char*>(data), size);
  const auto best = scan_envelope(message);
  const auto portable = scan_envelope_portable(message);
  FUZZ_CHECK(best.has_value() == portable.has_value());
  if (best) {
    compare(*best, *portable);
    check_relayed(*best);
  } else {
    FUZZ_CHECK(best.error().fault == portable.error().fault &&
               best.error().offset == portable.error().offset);
    FUZZ_CHECK(best.error().offset <= size);
  }

  const std::string plain = fuzz::without_surrogates(message);
  const auto scanned = scan_envelope(plain);
  FUZZ_CHECK(scanned.has_value() == best.has_value());
  const fuzz::IndependentView view = fuzz::independent_view(plain);
  if (view.undecided) return 0;
  if (!scanned) {
    const bool too_deep = scanned.error().fault == Fault::too_deep;
    FUZZ_CHECK(too_deep || !view.is_json || !view.is_object);
    if (too_deep) FUZZ_CHECK(view.depth > limits::kNestingLevels || !view.is_json);
    return 0;
  }
  FUZZ_CHECK(view.is_json && view.is_object && view.depth <= limits::kNestingLevels);
  compare(scanned->type, view, "type");
  compare(scanned->to, view, "to");
  compare(scanned->room, view, "room");
  compare(scanned->from, view, "from");
  return 0;
}
