"""The certificate of completion (修了証), drawn, issued and checked."""
