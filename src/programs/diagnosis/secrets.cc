#include "programs/diagnosis/secrets.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <regex>
#include <sstream>

namespace synsplice {
namespace {

constexpr size_t kLongestSecret = 4096;
// That a regular expression, which calls itself for each letter, looks through.
constexpr size_t kLongestLine = 2048;
// What is shorter stands in many texts by chance.
constexpr size_t kShortestSecret = 8;

bool AreAlike(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

// A path, a flag, a map or nothing is no secret.
std::string BlankLine(const std::string& line) {
  static const std::regex kSecret(R"re((["']?[\w-]*(?:secret|token|password)[\w-]*["']?[ \t]*:))re"
                                  R"re((?![ \t]*(?:["']?/|\{|true|false))([ \t]*))re"
                                  R"re(("[^"]*"|'[^']*'|[^\s,}][^,}]*))re",
                                  std::regex::icase);
  if (line.size() > kLongestLine) return kBlanked;
  return std::regex_replace(line, kSecret, std::string("$1$2") + kBlanked);
}

}  // namespace

std::string BlankSecretKeys(const std::string& configuration) {
  std::istringstream lines(configuration);
  std::string blanked;
  for (std::string line; std::getline(lines, line);) {
    blanked += BlankLine(line);
    if (!lines.eof()) blanked += '\n';
  }
  return blanked;
}

std::string WithoutSecrets(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    if (secret.size() < kShortestSecret) continue;
    auto found = text.begin();
    while ((found = std::search(found, text.end(), secret.begin(), secret.end(), AreAlike)) !=
           text.end()) {
      const auto at = found - text.begin();
      text.replace(static_cast<size_t>(at), secret.size(), kBlanked);
      found = text.begin() + at;
    }
  }
  return text;
}

std::string SecretIn(const std::string& path) {
  std::ifstream file(path);
  std::string text(kLongestSecret, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == text.npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
}

}  // namespace synsplice
