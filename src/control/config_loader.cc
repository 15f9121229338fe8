#include "control/config_loader.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "control/config_relations.h"
#include "control/config_report.h"
#include "control/config_schema.h"
#include "control/yaml_document.h"
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
  if (const auto root = ParseDocument(text, report)) {
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
