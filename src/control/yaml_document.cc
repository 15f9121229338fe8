#include "control/yaml_document.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <sstream>

namespace synsplice {
namespace {

// yaml-cpp takes byte 4 for the end of the file and would ignore the rest silently.
bool HasControlCharacter(const std::string& text, ConfigReport& report) {
  Position position;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f) {
      report.Fail("", position, fmt::format("control character 0x{:02x}", byte));
      return true;
    }
    position =
        c == '\n' ? Position{position.line + 1, 1} : Position{position.line, position.column + 1};
  }
  return false;
}

// Notes where the last document starts.
class DocumentStart : public YAML::EventHandler {
 public:
  Position position() const { return {mark_.line + 1, mark_.column + 1}; }

  void OnDocumentStart(const YAML::Mark& mark) override { mark_ = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  YAML::Mark mark_;
};

// YAML::LoadAll would do, but for text that starts with a comma it makes documents without end.
std::optional<Position> FindSecondDocument(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStart start;
  if (!parser.HandleNextDocument(start) || !parser.HandleNextDocument(start)) return std::nullopt;
  return start.position();
}

std::string SyntaxSentence(const YAML::ParserException& error) {
  if (error.msg == YAML::ErrorMsg::DOC_IN_SCALAR) return "YAML syntax: a quote is not closed";
  return "YAML syntax: " + error.msg;
}

}  // namespace

std::optional<YAML::Node> ParseDocument(const std::string& text, ConfigReport& report) {
  if (HasControlCharacter(text, report)) return std::nullopt;
  // yaml-cpp takes the end of the file for a closing quote, but not the end of a document.
  const std::string ended = text + "\n...\n";
  try {
    const auto second = FindSecondDocument(ended);
    const YAML::Node root = YAML::Load(ended);
    if (!second && !root.IsNull()) return root;
    report.Fail("", second.value_or(Position{}),
                second ? "YAML syntax: not part of the first document, allowed: one document"
                       : "the file is empty");
  } catch (const YAML::ParserException& error) {
    report.Fail("", {error.mark.line + 1, error.mark.column + 1}, SyntaxSentence(error));
  } catch (const std::exception& error) {
    report.Fail("", {}, fmt::format("YAML syntax: {}", error.what()));
  }
  return std::nullopt;
}

}  // namespace synsplice
