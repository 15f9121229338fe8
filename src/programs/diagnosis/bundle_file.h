// An archive of texts.
#pragma once

#include <string>
#include <vector>

namespace synsplice {

struct BundleFile {
  std::string name;
  std::string text;
};

// Writes a tar archive, compressed by gzip, that only its owner may read; the files lie in a folder
// `folder` in it. Whole or not at all, through no symbolic link. Why not; empty: it is done.
std::string WriteBundle(const std::string& path, const std::string& folder,
                        const std::vector<BundleFile>& files);

}  // namespace synsplice
