#include "cmd/help.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <utility>

namespace p2psig {
namespace {

class ExamplesFirst final : public CLI::Formatter {
 public:
  ExamplesFirst(std::string examples, std::string usage) : examples_(std::move(examples)), usage_(std::move(usage)) {}

  std::string make_description(const CLI::App* app) const override {
    return examples_ + "\n" + CLI::Formatter::make_description(app);
  }
  std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override {
    return "Usage: " + usage_ + "\n";
  }

 private:
  const std::string examples_;
  const std::string usage_;
};

}  // namespace

void set_help(CLI::App& command, const std::string& examples, const std::string& usage) {
  const auto formatter = std::make_shared<ExamplesFirst>(examples, usage);
  constexpr std::size_t name_columns = 34;
  formatter->column_width(name_columns);
  command.formatter(formatter);
}

}  // namespace p2psig
