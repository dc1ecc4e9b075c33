#pragma once
#ifdef __cplusplus
extern "C" {
#endif
/* placeholder */
int ctoml_placeholder(void);
#ifdef __cplusplus
}
#endif
