#include "tests/bench/letter.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "tests/bench/failure.hpp"

namespace p2psig::bench {
namespace {

/// Of fixed width: all letters are of one size.
class Digits {
 public:
  static constexpr std::size_t kCount = 12;

  explicit Digits(std::uint64_t number) noexcept {
    for (std::size_t i = kCount; i-- > 0; number /= 10) text_[i] = static_cast<char>('0' + number % 10);
  }
  [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), kCount}; }

 private:
  std::array<char, kCount> text_{};
};

constexpr std::string_view kSentEnd = R"("}})";

/// Takes `expected` off the front.
bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

}  // namespace

std::string letter_body(std::size_t payload_bytes) {
  constexpr std::string_view line =
      R"(a=candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 0.0.0.0 rport 0 generation 0\r\n)";
  const std::size_t bytes = payload_bytes - Digits::kCount;
  std::string body;
  while (body.size() < bytes) body.append(line);
  body.resize(bytes);
  if (body.ends_with('\\')) body.back() = '.';
  return body;
}

Letter::Letter(std::string_view from, std::string_view to, std::string_view body) : body_(body) {
  if (to.empty())
    head_ = R"({"type":"offer","offer":{"sdp":")";
  else
    head_.append(R"({"type":"offer","to":")").append(to).append(R"(","offer":{"type":"offer","sdp":")");
  delivered_end_.append(R"("},"from":")").append(from).append("\"}");
}

void Letter::send(Connection& connection, std::uint64_t number) const {
  connection.send({head_, Digits(number).text(), body_, kSentEnd});
}

void Letter::verify(std::string_view message, std::uint64_t number) const {
  std::string_view rest = message;
  if (!take(rest, head_) || !take(rest, Digits(number).text()) || !take(rest, body_) ||
      rest != delivered_end_)
    throw Fault(difference(message, number));
}

std::string Letter::difference(std::string_view message, std::uint64_t number) const {
  std::string expected = head_;
  expected.append(Digits(number).text()).append(body_).append(delivered_end_);
  std::uint64_t came = 0;
  if (message.size() == expected.size()) {
    const char* const digits = message.data() + head_.size();
    std::from_chars(digits, digits + Digits::kCount, came);
    if (expected.replace(head_.size(), Digits::kCount, Digits(came).text()) == message)
      return came < number ? "message " + std::to_string(came) + " came twice"
                           : "message " + std::to_string(came) + " came before " + std::to_string(number) +
                                 ", which is lost or late";
    expected.replace(head_.size(), Digits::kCount, Digits(number).text());
  }
  const auto differs = std::mismatch(message.begin(), message.end(), expected.begin(), expected.end());
  const auto at = static_cast<std::size_t>(differs.first - message.begin());
  return "message " + std::to_string(number) + " is not as it was sent: at byte " + std::to_string(at) + " " +
         excerpt(message, at) + " instead of " + excerpt(expected, at);
}

}  // namespace p2psig::bench
