#include "control/config_loader.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

#include "control/config_relations.h"
#include "control/config_report.h"
#include "control/config_schema.h"
#include "control/yaml_value.h"

namespace synsplice {
namespace {

// 0, or the errno of what failed.
int ReadFile(const std::string& path, std::string& text) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             std::fclose);
  if (!file) return errno;
  char chunk[4096];
  while (const size_t length = std::fread(chunk, 1, sizeof chunk, file.get())) {
    text.append(chunk, length);
  }
  return std::ferror(file.get()) ? errno : 0;
}

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

std::string SyntaxSentence(const YAML::ParserException& error) {
  if (error.msg == YAML::ErrorMsg::DOC_IN_SCALAR) return "YAML syntax: a quote is not closed";
  return "YAML syntax: " + error.msg;
}

// nullopt: reported.
std::optional<YAML::Node> ParseYaml(const std::string& text, ConfigReport& report) {
  if (HasControlCharacter(text, report)) return std::nullopt;
  try {
    // yaml-cpp takes the end of the file for a closing quote, but not the end of a document.
    const std::vector<YAML::Node> documents = YAML::LoadAll(text + "\n...\n");
    if (documents.empty() || (documents.size() == 1 && documents[0].IsNull())) {
      report.Fail("", {}, "the file is empty");
    } else if (documents.size() > 1) {
      report.Fail("", {documents[1].Mark().line + 1, 1}, "a second YAML document, allowed: one");
    } else {
      return documents[0];
    }
  } catch (const YAML::ParserException& error) {
    report.Fail("", {error.mark.line + 1, error.mark.column + 1}, SyntaxSentence(error));
  } catch (const std::exception& error) {
    report.Fail("", {}, fmt::format("YAML syntax: {}", error.what()));
  }
  return std::nullopt;
}

// Moves the caret below `column` (bytes): tabs stay tabs, a UTF-8 sequence is one column wide.
std::string Indent(const std::string& line, int column) {
  std::string indent;
  for (const char c : line.substr(0, static_cast<size_t>(column - 1))) {
    const bool continues = (static_cast<unsigned char>(c) & 0xc0) == 0x80;
    if (!continues) indent += c == '\t' ? '\t' : ' ';
  }
  return indent;
}

}  // namespace

LoadedConfig LoadConfig(const std::string& path) {
  LoadedConfig loaded;
  std::string text;
  if (const int error = ReadFile(path, text); error != 0) {
    const std::string why = fmt::format("cannot be read: {}", std::strerror(error));
    loaded.diagnostics.push_back({.file = path, .message = why, .source_line = ""});
    return loaded;
  }
  ConfigReport report(path, text);
  if (const auto root = ParseYaml(text, report)) {
    ReadAppliance(YamlValue(*root, report), loaded.config);
    CheckRelations(loaded.config, report);
  }
  loaded.diagnostics = report.Take();
  return loaded;
}

std::string Render(const Diagnostic& diagnostic) {
  if (diagnostic.line == 0) return fmt::format("{}: {}", diagnostic.file, diagnostic.message);
  return fmt::format("{}:{}:{}: {}\n{}\n{}^", diagnostic.file, diagnostic.line, diagnostic.column,
                     diagnostic.message, diagnostic.source_line,
                     Indent(diagnostic.source_line, diagnostic.column));
}

}  // namespace synsplice
