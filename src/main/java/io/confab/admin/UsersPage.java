package io.confab.admin;

import io.confab.identity.Account;
import io.confab.moderation.UserList;
import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;

/** All people. */
@Named
@ViewScoped
public class UsersPage implements Serializable {
    private static final long serialVersionUID = 1L;

    @Inject
    private Console console;

    private String text = "";
    private UserList.Show show = UserList.Show.EVERYONE;
    private SliceModel<Account> rows;

    @PostConstruct
    void init() {
        rows = new SliceModel<>((offset, limit, order) ->
                console.users().page(new UserList.Query(text, show, sort(order), order.ascending()), offset, limit));
    }

    private static UserList.Sort sort(SliceModel.Order order) {
        return order.field().equals("createdAt") ? UserList.Sort.CREATED : UserList.Sort.USERNAME;
    }

    public SliceModel<Account> getRows() {
        return rows;
    }

    public String getText() {
        return text;
    }

    public void setText(String text) {
        this.text = text;
    }

    public UserList.Show getShow() {
        return show;
    }

    public void setShow(UserList.Show show) {
        this.show = show;
    }

    public UserList.Show[] getShows() {
        return UserList.Show.values();
    }
}
