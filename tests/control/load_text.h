// Configurations as text in a test.
#pragma once

#include <string>
#include <string_view>

#include "control/config_loader.h"
#include "control/temporary_folder.h"

namespace synsplice {

// LoadConfig of a file "test.yaml" with this text; diagnostics name it without its folder.
inline LoadedConfig LoadText(std::string_view text) {
  const TemporaryFolder folder;
  LoadedConfig loaded = LoadConfig(folder.Write("test.yaml", text));
  for (Diagnostic& diagnostic : loaded.diagnostics) diagnostic.file = "test.yaml";
  return loaded;
}

// Everything `synsplicectl check` would say of the text.
inline std::string Complaints(std::string_view text) { return Render(LoadText(text)); }

}  // namespace synsplice
