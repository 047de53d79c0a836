// Says that no passkey came, where allauth's script would only tell the console.
document.addEventListener("allauth.error", event => {
  event.preventDefault();
  for (const told of document.querySelectorAll("[data-passkey-failed]")) told.hidden = false;
});
