#include "core/protocol/json.hpp"

#include <cjson/cJSON.h>

#include <new>
#include <unordered_set>

#include "core/protocol/envelope.hpp"

namespace p2psig {
namespace {

bool has_null_escape(std::string_view text) {
  for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at + 2))
    if (text.substr(at + 1, 5) == "u0000") return true;
  return false;
}

bool has_repeated_key(const cJSON* value) {
  std::unordered_set<std::string_view> seen;
  for (const cJSON* child = value->child; child != nullptr; child = child->next) {
    if (cJSON_IsObject(value) && !seen.insert(child->string).second) return true;
    if (has_repeated_key(child)) return true;
  }
  return false;
}

const cJSON* find(const cJSON* object, std::string_view key) {
  return cJSON_GetObjectItemCaseSensitive(object, std::string(key).c_str());
}

}  // namespace

bool JsonValue::is_object() const noexcept { return cJSON_IsObject(value_) != 0; }
bool JsonValue::is_null() const noexcept { return cJSON_IsNull(value_) != 0; }

std::optional<std::string_view> JsonValue::string() const noexcept {
  if (!cJSON_IsString(value_)) return std::nullopt;
  return value_->valuestring;
}

std::optional<JsonValue> JsonValue::member(std::string_view key) const {
  const cJSON* const found = is_object() ? find(value_, key) : nullptr;
  if (found == nullptr) return std::nullopt;
  return JsonValue(found);
}

std::vector<std::pair<std::string_view, JsonValue>> JsonValue::members() const {
  std::vector<std::pair<std::string_view, JsonValue>> all;
  if (!is_object()) return all;
  for (const cJSON* child = value_->child; child != nullptr; child = child->next)
    all.emplace_back(child->string, JsonValue(child));
  return all;
}

void Json::Deleter::operator()(cJSON* value) const noexcept { cJSON_Delete(value); }

std::optional<Json> Json::parse(std::string_view text) {
  // cJSON takes numbers like 01 and raw control characters; our own scanner does not.
  if (!scan_envelope(text) || has_null_escape(text)) return std::nullopt;
  Json json(cJSON_ParseWithLength(text.data(), text.size()));
  if (!json.value_ || has_repeated_key(json.value_.get())) return std::nullopt;
  return json;
}

Json Json::object(std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
  Json json(cJSON_CreateObject());
  for (const auto& [key, value] : members)
    if (cJSON_AddStringToObject(json.value_.get(), std::string(key).c_str(), std::string(value).c_str()) ==
        nullptr)
      throw std::bad_alloc();
  return json;
}

const cJSON* Json::member(std::string_view key) const { return find(value_.get(), key); }

std::optional<std::string> Json::string(std::string_view key) const {
  const cJSON* const found = member(key);
  if (!cJSON_IsString(found)) return std::nullopt;
  return found->valuestring;
}

std::optional<double> Json::number(std::string_view key) const {
  const cJSON* const found = member(key);
  if (!cJSON_IsNumber(found)) return std::nullopt;
  return found->valuedouble;
}

std::optional<std::vector<std::string>> Json::strings(std::string_view key) const {
  const cJSON* const found = member(key);
  if (!cJSON_IsArray(found)) return std::nullopt;
  std::vector<std::string> all;
  for (const cJSON* item = found->child; item != nullptr; item = item->next) {
    if (!cJSON_IsString(item)) return std::nullopt;
    all.emplace_back(item->valuestring);
  }
  return all;
}

std::string Json::text() const {
  const std::unique_ptr<char, decltype(&cJSON_free)> printed(cJSON_PrintUnformatted(value_.get()),
                                                             &cJSON_free);
  if (!printed) throw std::bad_alloc();
  return printed.get();
}

}  // namespace p2psig
