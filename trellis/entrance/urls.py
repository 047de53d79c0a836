"""The addresses of the door, under the names that allauth calls them by. Whatever of it is not here is not there."""

from django.urls import URLPattern, path

from trellis.entrance.views import log_in, passkeys, passwords, security, two_steps

urlpatterns: list[URLPattern] = [
    path("log-in", log_in.LogIn.as_view(), name="account_login"),
    path("log-in/code", log_in.SecondStep.as_view(), name="mfa_authenticate"),
    path("log-in/passkey", log_in.LogInByPasskey.as_view(), name="mfa_login_webauthn"),
    path("log-in/elsewhere", log_in.leave, name="elsewhere_login"),
    path("log-in/elsewhere/back", log_in.come_back, name="elsewhere_callback"),
    path("log-out", log_in.LogOut.as_view(), name="account_logout"),
    path("forgotten", passwords.Forgotten.as_view(), name="account_reset_password"),
    path("forgotten/sent", passwords.link_sent, name="account_reset_password_done"),
    path("forgotten/<slug:uidb36>/<str:key>", passwords.NewPassword.as_view(), name="account_reset_password_from_key"),
    path("invitation/<str:key>", passwords.invitation, name="invitation"),
    path("preferences/security", security.security, name="mfa_index"),
    path("preferences/security/password", passwords.ChangePassword.as_view(), name="account_change_password"),
    path("preferences/security/confirm", security.Confirm.as_view(), name="account_reauthenticate"),
    path("preferences/security/confirm/code", security.ConfirmByCode.as_view(), name="mfa_reauthenticate"),
    path(
        "preferences/security/confirm/passkey",
        security.ConfirmByPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("preferences/security/codes/on", two_steps.SwitchOn.as_view(), name="mfa_activate_totp"),
    path("preferences/security/codes/off", two_steps.SwitchOff.as_view(), name="mfa_deactivate_totp"),
    path("preferences/security/recovery", two_steps.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("preferences/security/recovery/new", two_steps.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path(
        "preferences/security/recovery/codes.txt",
        two_steps.SavedRecoveryCodes.as_view(),
        name="mfa_download_recovery_codes",
    ),
    path("preferences/security/passkeys/new", passkeys.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("preferences/security/passkeys/<int:pk>", passkeys.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path("preferences/security/passkeys/<int:pk>/end", passkeys.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("preferences/security/sessions/end", security.end_others, name="usersessions_list"),
    path("preferences/security/sessions/<int:number>/end", security.end_one, name="end_session"),
]
