// Secrets out of what is given away.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace synsplice {

inline constexpr const char* kBlanked = "***";

// A configuration without the values of keys that are called after secrets, tokens or passwords;
// the paths of their files stay. Lines of more than 2 KiB go whole.
std::string BlankSecretKeys(const std::string& configuration);

// Without any of `secrets`, in either case of their letters.
std::string WithoutSecrets(std::string text, const std::vector<std::string>& secrets);

// What a file of a secret says, without blanks around it; empty: it cannot be read.
std::string SecretIn(const std::string& path);

}  // namespace synsplice
