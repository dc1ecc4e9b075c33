#pragma once
int cjsontext_placeholder(void);
