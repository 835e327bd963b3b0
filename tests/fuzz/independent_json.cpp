#include "tests/fuzz/independent_json.hpp"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

namespace p2psig::fuzz {
namespace {

class Reader : public nlohmann::json_sax<nlohmann::json> {
 public:
  IndependentView view;

  bool null() override { return value(); }
  bool boolean(bool /*value*/) override { return value(); }
  bool number_integer(number_integer_t /*value*/) override { return value(); }
  bool number_unsigned(number_unsigned_t /*value*/) override { return value(); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return value(); }
  bool binary(binary_t& /*value*/) override { return value(); }
  bool string(string_t& text) override {
    if (IndependentView::Member* const member = current()) {
      member->is_string = true;
      member->text = text;
    }
    return value();
  }
  bool start_object(std::size_t /*elements*/) override {
    if (depth_ == 0) view.is_object = true;
    return open();
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t /*elements*/) override { return open(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (depth_ == 1) {
      key_ = name;
      IndependentView::Member& member = view.top_level[name];
      const std::size_t times = member.times + 1;
      member = {};
      member.times = times;
    }
    return true;
  }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& error) override {
    constexpr int number_overflow = 406;
    view.undecided = error.id == number_overflow;
    return false;
  }

 private:
  bool value() { return true; }
  IndependentView::Member* current() {
    return depth_ == 1 && view.is_object ? &view.top_level[key_] : nullptr;
  }
  bool open() {
    view.depth = std::max(view.depth, ++depth_);
    return true;
  }
  bool close() {
    --depth_;
    return true;
  }

  std::size_t depth_ = 0;
  std::string key_;
};

}  // namespace

IndependentView independent_view(std::string_view text) {
  Reader reader;
  // It skips a byte order mark, and takes a zero byte for the end of the text: neither is JSON.
  const bool lax = text.starts_with("\xEF\xBB\xBF") || text.find('\0') != std::string_view::npos;
  reader.view.is_json = !lax && nlohmann::json::sax_parse(text.begin(), text.end(), &reader);
  return reader.view;
}

std::string without_surrogates(std::string_view text) {
  std::string out(text);
  const auto is_hex = [&out](std::size_t at) {
    return std::isxdigit(static_cast<unsigned char>(out[at])) != 0;
  };
  for (std::size_t i = 0; i + 1 < out.size(); ++i) {
    if (out[i] != '\\') continue;
    ++i;  // what is escaped is no escape itself
    if (out[i] != 'u' || i + 4 >= out.size()) continue;
    const char second = static_cast<char>(std::tolower(static_cast<unsigned char>(out[i + 2])));
    const bool surrogate = (out[i + 1] == 'd' || out[i + 1] == 'D') &&
                           (second == '8' || second == '9' || second >= 'a') && is_hex(i + 2) &&
                           is_hex(i + 3) && is_hex(i + 4);
    if (surrogate) out.replace(i + 1, 4, "fffd");
  }
  return out;
}

}  // namespace p2psig::fuzz
