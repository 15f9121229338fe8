// The master secret of the cookies: 128 bits in a file of 32 hexadecimal digits.
#pragma once

#include <string>
#include <variant>

#include "synsplice/base/siphash.h"

namespace synsplice {

// The secret in `path`, or one sentence that says why there is none. A missing file is created with
// random bits, readable by its owner only, and so is its folder; what is above the folder must
// exist. A file that group or others may access in any way, or that belongs to another user, is
// refused. Empty path: random bits that no file keeps.
std::variant<SipKey, std::string> LoadSecret(const std::string& path);

// The secret that another program runs with, or one sentence that says why it cannot be read. Makes
// nothing; root may borrow any user's, which no others may have access to.
std::variant<SipKey, std::string> BorrowSecret(const std::string& path);

// The digits that a file of the secret has, in lower case.
std::string DigitsOf(const SipKey& secret);

// What LoadSecret would say against the file, as far as this user may see it; empty: nothing. Makes
// nothing. Asked by root: whoever owns it may be who starts synsplice. REQUIRES: the path is not
// empty.
std::string WhyNoSecret(const std::string& path);

}  // namespace synsplice
