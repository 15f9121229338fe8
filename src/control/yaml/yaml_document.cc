#include "control/yaml/yaml_document.h"

#include <fmt/format.h>
#include <utf8.h>

#include <sstream>

#include "control/yaml/document_bounds.h"

namespace synsplice {
namespace {

bool IsBlank(char c) { return c == '\t' || c == '\n' || c == '\r'; }

// Answers whether there was one. yaml-cpp takes byte 4 for the end of the file and would ignore the
// rest silently.
bool ReportFirstThatIsNoText(const std::string& text, ConfigReport& report) {
  const auto invalid = utf8::find_invalid(text.begin(), text.end());
  Position position;
  for (auto at = text.begin(); at != text.end(); ++at) {
    const auto byte = static_cast<unsigned char>(*at);
    const bool control = (byte < 0x20 && !IsBlank(*at)) || byte == 0x7f;
    if (control || at == invalid) {
      report.Fail("", position,
                  fmt::format("not a text: {} 0x{:02x}",
                              control ? "control character" : "no UTF-8, byte", byte));
      return true;
    }
    position = byte == '\n' ? Position{position.line + 1, 1}
                            : Position{position.line, position.column + 1};
  }
  return false;
}

// YAML::LoadAll would do, but for text that starts with a comma it makes documents without end.
void CheckBounds(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentBounds bounds;
  while (parser.HandleNextDocument(bounds)) {
  }
}

std::string SyntaxSentence(const YAML::ParserException& error) {
  if (error.msg == YAML::ErrorMsg::DOC_IN_SCALAR) return "YAML syntax: a quote is not closed";
  return "YAML syntax: " + error.msg;
}

}  // namespace

std::optional<YAML::Node> ParseDocument(const std::string& text, ConfigReport& report) {
  if (ReportFirstThatIsNoText(text, report)) return std::nullopt;
  // yaml-cpp takes the end of the file for a closing quote, but not the end of a document.
  const std::string ended = text + "\n...\n";
  try {
    CheckBounds(ended);
    const YAML::Node root = YAML::Load(ended);
    if (!root.IsNull()) return root;
    report.Fail("", {}, "the file is empty");
  } catch (const BadDocument& bad) {
    report.Fail("", bad.position, "YAML: " + bad.sentence);
  } catch (const YAML::ParserException& error) {
    report.Fail("", {error.mark.line + 1, error.mark.column + 1}, SyntaxSentence(error));
  } catch (const std::exception& error) {
    report.Fail("", {}, fmt::format("YAML syntax: {}", error.what()));
  }
  return std::nullopt;
}

}  // namespace synsplice
