; After a removal, not before an update: what is the user's stays, and is named.
!macro NSIS_HOOK_POSTUNINSTALL
  ${If} $UpdateMode <> 1
  ${AndIfNot} ${Silent}
    MessageBox MB_OK "Whetstone was removed. What is yours was left alone:$\r$\n$\r$\nyour projects, in the folders that you chose for them$\r$\nsettings and the starter model: $APPDATA\whetstone$\r$\nmodels that were downloaded: $PROFILE\.cache\huggingface\hub$\r$\n$\r$\nDelete them yourself if you need them no more."
  ${EndIf}
!macroend
